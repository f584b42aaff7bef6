use hub_contract::conversation::*;
use hub_contract::run::FinishReason;
use hub_store::*;
use std::time::Instant;
struct Rng(u64);
impl Rng { fn next(&mut self)->u64{ self.0^=self.0<<13; self.0^=self.0>>7; self.0^=self.0<<17; self.0 }
 fn unit(&mut self)->f64{ (self.next()>>11) as f64/(1u64<<53) as f64 }
 fn zipf(&mut self,n:usize)->usize{ let u=self.unit(); ((n as f64).powf(u) as usize).min(n)-1 } }
#[tokio::main]
async fn main(){
 let a:Vec<String>=std::env::args().collect(); let dir=std::path::PathBuf::from(&a[1]); let n:usize=a[2].parse().unwrap();
 let t=Instant::now();
 let s=Store::open(StoreOptions{data_dir:dir.clone(),now:1,hub_id:"h".into()}).unwrap();
 println!("open {:?}",t.elapsed());
 let have=s.sizes().await.unwrap().messages as usize;
 let mut r=Rng(88172645463325252);
 let words:Vec<String>=(0..8000).map(|_|{let l=3+(r.next()%8) as usize;(0..l).map(|_|(b"etaoinshrdlucmfwypvbgkjqxz"[r.zipf(26)]) as char).collect()}).collect();
 let t=Instant::now();
 let mut i=have;
 while i<n { let c=format!("{:08x}-0000-4000-8000-{:012x}",i,i); 
  let row=ConversationRow{id:c.as_str().into(),title:String::new(),target:Target::Model{connection:"k".into(),model:"m".into()},target_name:"M".into(),platform:None,pinned:false,archived:false,draft:String::new(),created_at:i as i64,updated_at:i as i64};
  let mut v=vec![]; let mut parent=None; let mut title=String::new();
  for k in 0..50 { let id=format!("{:08x}-0000-4000-9000-{:012x}",i+k,i+k);
   let mut text=String::new();
   if (i/50)%2==0 { for _ in 0..200 { text.push(char::from_u32(0x4e00+r.zipf(3500) as u32).unwrap()); } }
   else { while text.chars().count()<200 { text.push_str(&words[r.zipf(8000)]); text.push(' ');} }
   if (i+k)%10007==77 { text.push_str(" 珍稀词汇 xylophone-7741"); }
   if k==0 {title=text.chars().take(20).collect();}
   v.push(MessageView{id:id.as_str().into(),conversation:c.as_str().into(),parent:parent.clone(),role:if k%2==0{Role::User}else{Role::Assistant},state:MessageState::Finished{reason:FinishReason::Stop},text,body:Default::default(),attachments:vec![],siblings:vec![],created_at:(i+k) as i64});
   parent=Some(id.as_str().into()); }
  s.insert_messages(Some(ConversationRow{title,..row}),v,i as i64).await.unwrap(); i+=50;
  if i%100_000==0 {println!("{i} {:?}",t.elapsed());}
 }
 println!("sizes {:?}",s.sizes().await.unwrap());
 s.close().await;
 let t=Instant::now();
 let s=Store::open(StoreOptions{data_dir:dir.clone(),now:1,hub_id:"h".into()}).unwrap();
 println!("open {:?}",t.elapsed());
 let t=Instant::now(); s.conversations(Default::default()).await.unwrap(); println!("list {:?}",t.elapsed());
 let w1=words[0].clone(); let w2=format!("{} {}",words[0],words[1]); let w3=format!("{} {}",words[4000],words[7000]);
 let c=|k:u32|char::from_u32(0x4e00+k).unwrap();
 let qs:Vec<String>=vec![w1,w2,w3,words[5000].clone(),"xylophone-7741".into(),"珍稀词汇".into(),"珍稀词".into(),"珍稀".into(),"珍".into(),c(0).into(),c(3000).into(),c(3499).into(),format!("{}{}",c(0),c(1)),format!("{}{}",c(1000),c(2500)),format!("{}{}{}",c(0),c(1),c(0)),format!("{}{}{}{}",c(0),c(1),c(2),c(3)),"e".into(),"et".into(),"ete".into(),"the end".into(),"zzzzqqqq".into(),"没有的".into(),"q".into(),"zx".into()];
 for q in &qs { let mut ts=vec![]; let mut tot=0; for _ in 0..5 { let t=Instant::now(); tot=s.search(q,50).await.unwrap().total; ts.push(t.elapsed().as_micros()); } println!("{q:>24} total {tot:>5} us first {} then {:?}",ts[0],&ts[1..]); }
 let t=Instant::now(); s.quick_check().await.unwrap(); println!("quick_check {:?}",t.elapsed());
 let any=s.conversations(Default::default()).await.unwrap()[50].id.clone();
 let t=Instant::now(); s.remove_conversation(&any).await.unwrap(); println!("remove {:?}",t.elapsed());
 let t=Instant::now(); s.close().await; println!("close {:?}",t.elapsed());
}
